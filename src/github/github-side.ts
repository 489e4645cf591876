/** The GitHub deployment that goes with a deployment of ECS: begun in the background, ended with the step. */
import type { Failure, Outcome } from '../entry/outcome.ts';
import type { Reporter } from '../operations/ports.ts';
import type { Platform } from '../platform/model.ts';
import type { Verdict } from '../report/evidence.ts';
import type { GitHubDeployments } from './deployments.ts';
import type { Begun, StateKeeper } from './state.ts';

export interface GitHubSide {
  /** Returns at once. */
  begin(begun: Begun, platform: Platform): void;
  /** Resolves when GitHub knows, or cannot be told. */
  end(result: Outcome | Failure): Promise<void>;
}

/** `token`: undefined when no GitHub deployment is wanted, empty when there is none. */
export function openGitHub(token: string | undefined, keeper: StateKeeper, reporter: Reporter): GitHubSide {
  let deployments: GitHubDeployments | undefined;
  let beginning: Promise<number | undefined> | undefined;
  let onlyService = false;
  const begin = async (begun: Begun, platform: Platform) => {
    const { environment, service } = begun.target;
    onlyService = servicesIn(platform, environment) === 1;
    deployments = await connect(token, reporter);
    const id = await deployments?.begin({
      environment,
      production: platform.environments[environment]?.protected ?? false,
      service,
      arn: begun.arn ?? '',
    });
    if (id !== undefined) {
      keeper.begun({ githubDeployment: id, onlyService });
    }
    return id;
  };
  return {
    begin(begun, platform) {
      beginning ??= begin(begun, platform).catch((error: unknown) => {
        reporter.info(`the GitHub deployment was not written: ${String(error)}`);
        return undefined;
      });
    },
    async end(result) {
      const id = await beginning;
      if (id !== undefined) {
        const [state, description] = describe(result);
        await deployments?.end(id, state, description, onlyService);
      }
    },
  };
}

/** Undefined where nothing is to be written, or it cannot be; in the latter case it has been said why. */
export async function connect(token: string | undefined, reporter: Reporter): Promise<GitHubDeployments | undefined> {
  if (token === undefined) {
    return undefined;
  }
  const { createGitHubDeployments, runFrom } = await import('./deployments.ts');
  const run = runFrom(process.env);
  if (run === undefined || token === '') {
    reporter.info(
      `no GitHub deployment is written: ${token === '' ? 'there is no github-token' : 'this is no run of GitHub'}`,
    );
    return undefined;
  }
  return createGitHubDeployments(token, run, reporter.info);
}

function servicesIn(platform: Platform, environment: string): number {
  return Object.values(platform.services).filter(({ inEnvironment }) => inEnvironment[environment] !== undefined)
    .length;
}

function describe(result: Outcome | Failure): ['success' | 'failure' | 'error', string] {
  return 'exitCode' in result
    ? ['error', result.message]
    : [STATES[result.verdict ?? 'inconclusive'], result.reasons[0]?.message ?? ''];
}

/** What could not be judged was rolled back, and is an error of the judging. */
const STATES = { pass: 'success', fail: 'failure', inconclusive: 'error' } as const satisfies Record<Verdict, string>;
