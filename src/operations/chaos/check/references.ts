/** What an experiment refers to outside its file: environments, services and SLOs of surefoot.yml, and load profiles. */
import type { Platform } from '../../../platform/model.ts';
import { shown } from '../../../platform/schema/fields.ts';
import type { Path } from '../../../platform/source/spots.ts';
import { didYouMean } from '../../../platform/suggest.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Remarks } from './finding.ts';

export interface Known {
  /** undefined: there is no surefoot.yml, or it has problems of its own. */
  readonly platform: Platform | undefined;
  /** Names of the profiles that surefoot ships; undefined: not known. */
  readonly profiles: readonly string[] | undefined;
}

interface Reference {
  readonly path: Path;
  readonly name: string;
  /** What it is, with its article. */
  readonly what: string;
  readonly known: readonly string[];
}

/** Each name is one that there is; and no protected environment is meant. */
export function referencesAreThere(experiment: Experiment, { platform, profiles }: Known, remarks: Remarks): void {
  const { load, guards } = experiment;
  const references = [
    ...(platform === undefined ? [] : ofPlatform(experiment, platform)),
    ...(load === undefined || profiles === undefined || /[/\\]|\.ya?ml$/.test(load.profile)
      ? []
      : [{ path: ['load', 'profile'], name: load.profile, what: 'a profile of surefoot', known: profiles }]),
  ];
  for (const { path, name, what: kind, known } of references) {
    if (!known.includes(name)) {
      const what = `is ${shown(name)}, which is not ${kind}`;
      const write = didYouMean(name, known) ?? (known.length === 0 ? '(there is none yet)' : known.join(' or '));
      remarks.around('error', { rule: 'reference', path, what, write });
    }
  }
  for (const [index, name] of guards.environments.entries()) {
    if (platform?.environments[name]?.protected === true) {
      const what = `is ${name}, which is protected (${platform.environments[name].lines.protected}): it is never hit`;
      remarks.around('error', {
        rule: 'protected',
        path: ['guards', 'environments', index],
        what,
        write: 'another environment',
      });
    }
  }
}

function ofPlatform({ load, guards, steadyState }: Experiment, platform: Platform): Reference[] {
  const environments = Object.keys(platform.environments);
  const services = Object.keys(platform.services);
  const objectives = [...platform.objectives, ...platform.unjudged].map(({ name }) => name);
  const service = (path: Path, name: string | undefined) =>
    name === undefined ? [] : [{ path, name, what: 'a service of surefoot.yml', known: services }];
  return [
    ...guards.environments.map((name, index) => {
      const path = ['guards', 'environments', index];
      return { path, name, what: 'an environment of surefoot.yml', known: environments };
    }),
    ...service(['load', 'service'], load?.service),
    ...steadyState.flatMap((one, index) => {
      const at = ['steadyState', index];
      return one.kind === 'objective'
        ? [{ path: [...at, 'objective'], name: one.objective, what: 'an SLO of surefoot.yml', known: objectives }]
        : service([...at, 'service'], one.service);
    }),
  ];
}
