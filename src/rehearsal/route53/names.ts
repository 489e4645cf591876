/** Domain names as Route 53 keeps them: lower case, a dot at the end, odd characters in octal. */

/** Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html */
export function canonical(name: string): string {
  const lower = name.toLowerCase().replace(/\.$/, '');
  return `${lower.replace(/[^a-z0-9._\\-]/g, (odd) => `\\${odd.charCodeAt(0).toString(8).padStart(3, '0')}`)}.`;
}

/** `www.shop.example.` as `example.shop.www.`; the ASCII order of these is Route 53's. */
export function reversed(name: string): string {
  return `${name.slice(0, -1).split('.').reverse().join('.')}.`;
}

/** Whether a name is the zone's own or below it. */
export function isIn(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
