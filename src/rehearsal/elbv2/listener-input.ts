/** Checks that CreateListener and ModifyListener share. */
import { AwsError } from '../wire/operation.ts';
import { validationError } from './errors.ts';

/** @throws AwsError UnsupportedProtocolException */
export function checkListenerProtocol(protocol: string): void {
  if (protocol !== 'HTTP') {
    throw new AwsError(
      'UnsupportedProtocolException',
      `The rehearsal platform has no ${protocol || 'other'} listeners, only HTTP: rehearse with Protocol HTTP and keep TLS for AWS`,
    );
  }
}

/** @throws AwsError ValidationError */
export function checkListenerPort(port: number | undefined): number {
  if (port === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw validationError(`Listener port '${port ?? ''}' must be between 1 and 65535`);
  }
  return port;
}
