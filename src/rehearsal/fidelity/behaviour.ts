/** How the fidelity table states what the platform does: one sentence, how near to AWS it is, and the test that proves it. */

/** A test by its file, from the root of the repository, and its title. */
export interface Proof {
  readonly file: string;
  readonly test: string;
}

/** What holds for every behaviour. `does` says what happens here, as a full sentence. */
interface Stated {
  readonly does: string;
  /** The AWS page that it follows, or departs from. */
  readonly source?: string | undefined;
  readonly proof?: Proof | undefined;
}

/** As AWS documents it. `note` = what was chosen where AWS's page leaves it open. */
export interface Supported extends Stated {
  readonly status: 'supported';
  readonly source: string;
  readonly proof: Proof;
  readonly note?: string | undefined;
}

/** Like AWS in what matters to a deployment, with a difference that `differs` names. */
export interface Simplified extends Stated {
  readonly status: 'simplified';
  readonly differs: string;
}

/** AWS does it and the platform does not. `differs` says what happens instead: a refusal, or nothing. */
export interface NotModelled extends Stated {
  readonly status: 'not modelled';
  readonly differs: string;
}

export type Behaviour = Supported | Simplified | NotModelled;

export interface BehaviourSection {
  readonly title: string;
  readonly behaviours: readonly Behaviour[];
}

/** Tests of one file under test/rehearsal, by title. */
export function provenIn(file: string): (test: string) => Proof {
  return (test) => ({ file: `test/rehearsal/${file}`, test });
}

/** A behaviour that is AWS's own. */
export function supported(does: string, source: string, proof: Proof, note?: string): Supported {
  return { status: 'supported', does, source, proof, note };
}

/** A behaviour with a named difference from AWS's. */
export function simplified(does: string, differs: string, source?: string, proof?: Proof): Simplified {
  return { status: 'simplified', does, differs, source, proof };
}

/** What AWS does and the platform does not. */
export function notModelled(does: string, differs: string, source?: string, proof?: Proof): NotModelled {
  return { status: 'not modelled', does, differs, source, proof };
}
