/** The parts of a platform file that guides show, put into a whole one, so that what is shown can be checked. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments, stringify } from 'yaml';

type Mapping = Readonly<Record<string, unknown>>;

/** As in the example: a service that an error budget is required of has to have one. */
const [, SLO = ''] =
  /^(apiVersion: openslo\/v1\n.*?)^---$/ms.exec(readFileSync('examples/artguard/surefoot.yml', 'utf8')) ?? [];

/**
 * Whole platform files of a block that shows environments and services, one service, a target or an SLO; none of any other block.
 * @param text YAML
 */
export function wholePlatforms(text: string): string[] {
  return parseAllDocuments(text).flatMap((document) => {
    const shown = toMapping('toJS' in document ? document.toJS() : undefined);
    const { environments, services, ...rest } = shown;
    if (shown['kind'] === 'Target') {
      return [join(platformWith({}, {}), SLO, String(document))];
    }
    if (shown['kind'] === 'SLO') {
      return [join(platformWith({}, {}), String(document))];
    }
    if ('ecsService' in shown) {
      return [join(platformWith({}, { backend: shown }), SLO)];
    }
    const isPart = (environments ?? services) !== undefined && Object.keys(rest).length === 0;
    return isPart ? [join(platformWith(toMapping(environments), toMapping(services)), SLO)] : [];
  });
}

/** What guides leave out because they are about something else. */
function platformWith(environments: Mapping, services: Mapping): string {
  return stringify({
    apiVersion: 'surefoot/v1',
    kind: 'Platform',
    name: 'shop',
    environments: {
      dev: environment('dev', environments),
      prod: environment('prod', environments),
      ...Object.fromEntries(Object.keys(environments).map((name) => [name, environment(name, environments)])),
    },
    services: {
      backend: service('backend', services),
      ...Object.fromEntries(Object.keys(services).map((name) => [name, service(name, services)])),
    },
  });
}

function environment(name: string, shown: Mapping): Mapping {
  return { region: 'ca-central-1', cluster: `shop-${name}`, ...toMapping(shown[name]) };
}

function service(name: string, shown: Mapping): Mapping {
  return { ecsService: `shop-${name}-{environment}`, port: 8000, ...toMapping(shown[name]) };
}

function join(...documents: readonly string[]): string {
  return documents.join('---\n');
}

function toMapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
