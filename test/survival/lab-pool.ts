/** Platforms for many short cases: one is used again while it is clean, and given up when it is not. */
import { type Environment, type Lab, startLab } from './lab.ts';

export interface LabPool {
  /** Runs `work` on a lab of that kind that nobody else uses meanwhile. */
  use<T>(environment: Environment, work: (lab: Lab) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export function createLabPool(): LabPool {
  const idle: Lab[] = [];
  return {
    async use(environment, work) {
      const at = idle.findIndex((lab) => lab.environment === environment);
      const lab = idle.splice(at, at === -1 ? 0 : 1)[0] ?? (await startLab(environment));
      try {
        const result = await work(lab);
        idle.push(lab);
        return result;
      } catch (error) {
        await lab.stop();
        throw error;
      }
    },
    async stop() {
      await Promise.all(idle.map((lab) => lab.stop()));
    },
  };
}
