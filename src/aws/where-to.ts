/** Where requests may go: a variable, a profile or a shared file can name another endpoint for any service; this looks at the request itself. */
import { InputError } from '../errors.ts';

/** Domains of AWS's own endpoints, VPC endpoints among them. Source: the partitions of @aws-sdk/util-endpoints (dnsSuffix, dualStackDnsSuffix). */
const AWS_DOMAINS = [
  'amazonaws.com',
  'api.aws',
  'amazonaws.com.cn',
  'api.amazonwebservices.com.cn',
  'amazonaws.eu',
  'api.amazonwebservices.eu',
];

/** True for an address of this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** @throws InputError for a host that is neither AWS nor this machine. */
export function requireKnownHost(hostname: string): void {
  const known = isLoopback(hostname) || AWS_DOMAINS.some((domain) => hostname.endsWith(`.${domain}`));
  if (!known) {
    throw new InputError(
      'foreign-endpoint',
      `a request would go to ${hostname}, which is neither AWS nor this machine: unset AWS_ENDPOINT_URL and endpoint_url in AWS's shared files; if it is meant, set allow-endpoint-override to true`,
    );
  }
}

/** The part of an SDK's middleware stack that is needed here. */
interface Stack {
  add(
    middleware: <Args extends { readonly input: object; readonly request: unknown }, Output>(
      next: (args: Args) => Promise<Output>,
    ) => (args: Args) => Promise<Output>,
    options: { readonly step: 'build'; readonly name: string },
  ): void;
}

/** Makes a client refuse requests to hosts that `requireKnownHost` refuses, before they are signed. */
export function refuseForeignHosts(client: { readonly middlewareStack: Stack }): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const { hostname } = args.request as { readonly hostname: string };
      requireKnownHost(hostname);
      return next(args);
    },
    { step: 'build', name: 'refuseForeignHosts' },
  );
}
