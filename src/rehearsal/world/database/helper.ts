/** The control plane's side of a helper process that answers numbered requests. */
import type { ChildProcess } from 'node:child_process';
import { forkHelper, type HelperName } from '../self.ts';

const READY_WITHIN_MS = 30_000;

type Reply =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly request: number }
  | { readonly type: 'failed'; readonly request: number; readonly message: string };

interface Pending<Done> {
  readonly resolve: (reply: Done) => void;
  readonly reject: (error: Error) => void;
}

/** A running helper. `Done` is its answer to a request, `Other` what it says unasked. */
export class Helper<Done extends { readonly type: 'done' }, Other extends { readonly type: string }> {
  readonly pid: number;
  /** Resolves when the process is gone and all that it said has been heard. */
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending<Done>>();
  #requests = 0;
  #isGone = false;

  private constructor(child: ChildProcess, onOther: (message: Other) => void, onReady: () => void) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    child.on('message', (message) => {
      const reply = message as Reply | Done | Other;
      if (reply.type === 'ready') {
        onReady();
      } else if (reply.type === 'done' || reply.type === 'failed') {
        this.#settle(reply as Done | Extract<Reply, { type: 'failed' }>);
      } else {
        onOther(reply as Other);
      }
    });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
    // What a killed process has said before may still be in the channel when its exit is known.
    const heard = new Promise<void>((resolve) => child.once('disconnect', resolve).once('error', () => resolve()));
    this.gone = Promise.all([exited, heard]).then(() => this.#ended());
  }

  /** Starts a helper. Rejects when it ends or stays silent before it is ready. */
  static async start<Done extends { readonly type: 'done' }, Other extends { readonly type: string }>(
    name: HelperName,
    onOther: (message: Other) => void,
  ): Promise<Helper<Done, Other>> {
    const child = forkHelper(name);
    let ready: () => void = () => {};
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const helper = new Helper<Done, Other>(child, onOther, ready);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${name} was not ready within ${READY_WITHIN_MS} ms`)),
        READY_WITHIN_MS,
      );
    });
    const ended = helper.gone.then(() => Promise.reject(new Error(`${name} ended before it was ready`)));
    try {
      await Promise.race([isReady, late, ended]);
      return helper;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    } finally {
      clearTimeout(timer);
      ended.catch(() => {});
    }
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Sends a request. Rejects with the helper's own error, or when it ends before it answers. */
  ask(message: object): Promise<Done> {
    this.#requests += 1;
    const request = this.#requests;
    return new Promise((resolve, reject) => {
      if (this.#isGone) {
        reject(new Error('the process is gone'));
        return;
      }
      this.#pending.set(request, { resolve, reject });
      // A failed send means that the process is going; its end rejects the request.
      this.#child.send({ request, ...message }, () => undefined);
    });
  }

  /** Ends the process at once, as a crash would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.gone;
  }

  #settle(reply: Done | Extract<Reply, { type: 'failed' }>): void {
    const { request } = reply as { readonly request?: number };
    const pending = this.#pending.get(request ?? 0);
    this.#pending.delete(request ?? 0);
    if (reply.type === 'failed') {
      pending?.reject(new Error(reply.message));
    } else {
      pending?.resolve(reply);
    }
  }

  #ended(): void {
    this.#isGone = true;
    for (const { reject } of this.#pending.values()) {
      reject(new Error('the process ended before it answered'));
    }
    this.#pending.clear();
  }
}
