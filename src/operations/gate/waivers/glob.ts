/** Paths of waivers, with the wildcards that Trivy's ignore file has (doublestar). */

/**
 * A pattern as a regular expression over a whole path: a double star between slashes is any number of folders, `*` and `?` stay within one name, `[a-z]` and `{a,b}` as in a
 * shell. A leading `./` or `/` says nothing, since paths are relative to the tree.
 */
export function globToRegExp(pattern: string): RegExp {
  const glob = pattern.replace(/^\.?\//, '');
  let depth = 0;
  const source = glob.replace(/\*\*\/|\/\*\*$|\*\*|\*|\?|\[!?[^\]/]+\]|[{},]|[.+^$()|\\\]/[]/g, (token) => {
    switch (token) {
      case '**/':
        return '(?:.*/)?';
      case '/**':
        return '/.*';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        depth += 1;
        return '(?:';
      case '}':
        depth -= depth > 0 ? 1 : 0;
        return ')';
      case ',':
        return depth > 0 ? '|' : ',';
      default:
        return token.length > 1 ? token.replace(/^\[!/, '[^') : `\\${token}`;
    }
  });
  return new RegExp(`^${source}$`);
}

/** Whether a pattern holds for every path, so that it limits nothing. */
export function matchesEverything(pattern: string): boolean {
  const matcher = globToRegExp(pattern);
  return ['a', 'b/c.tf', 'x/y/z/Dockerfile'].every((path) => matcher.test(path));
}
