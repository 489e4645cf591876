import type { Environment } from './tool-spec.ts';

const COMMON = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'LANG', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'SystemRoot'];
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/**
 * The environment of a program that surefoot starts: what every program needs, proxies, and the variables named by `also`. All else,
 * credentials first of all, stays out.
 */
export function minimalEnvironment(environment: Environment, also: readonly string[] = []): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of [...COMMON, ...PROXIES, ...also]) {
    const value = environment[name];
    if (value !== undefined) {
      result[name] = value;
    }
  }
  return result;
}
