/** The evidence of managing one service: one way to begin it. */
import type { Ports } from '../ports.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import type { ManageRequest } from './request.ts';

/** A recorder of `operation` on the request's service, with the reason that was given as its first event. */
export function recorderOf(operation: string, title: string, request: ManageRequest, ports: Ports): Recorder {
  const { platform, environment, target, rehearsalSpeed, reason } = request;
  const recorder = createRecorder({
    operation,
    title,
    subject: { platform: platform.name, environment: environment.name, service: target.ecsService },
    rehearsalSpeed,
    tools: [],
    clock: ports.clock,
  });
  if (reason !== undefined && reason.trim() !== '') {
    recorder.event('note', 'asked for', reason);
  }
  return recorder;
}

/** Seconds between two moments, to the tenth. */
export function secondsBetween(from: Date, to: Date): number {
  return Math.round(Math.max(0, to.getTime() - from.getTime()) / 100) / 10;
}
