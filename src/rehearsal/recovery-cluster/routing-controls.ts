/**
 * Routing controls of Amazon Application Recovery Controller: the data plane of one cluster with one control panel. Safety rules are not
 * here; what they protect from is up to who switches.
 */
import {
  GetRoutingControlState$,
  type GetRoutingControlStateRequest,
  type GetRoutingControlStateResponse,
  ListRoutingControls$,
  type ListRoutingControlsRequest,
  type ListRoutingControlsResponse,
  type RoutingControlState,
  UpdateRoutingControlState$,
  type UpdateRoutingControlStateRequest,
  UpdateRoutingControlStates$,
  type UpdateRoutingControlStatesRequest,
} from '@aws-sdk/client-route53-recovery-cluster';
import { AwsError, operation, type ServiceModule } from '../wire/operation.ts';

export interface RoutingControls {
  readonly module: ServiceModule;
  isOn(arn: string): boolean;
}

const API = 'https://docs.aws.amazon.com/routing-control/latest/APIReference';
const PAGE = 500;

/** The controls by ARN, each with its name and its first state. */
export function createRoutingControls(
  controls: Readonly<Record<string, { readonly name: string; readonly state: RoutingControlState }>>,
): RoutingControls {
  const states = new Map(Object.entries(controls).map(([arn, { state }]) => [arn, state]));
  const require = (arn = '') => {
    const state = states.get(arn);
    if (state === undefined) {
      throw new AwsError('ResourceNotFoundException', `There is no routing control ${arn}`, 404);
    }
    return { RoutingControlArn: arn, RoutingControlState: state, RoutingControlName: controls[arn]?.name ?? '' };
  };
  const set = (
    entries: readonly {
      RoutingControlArn?: string | undefined;
      RoutingControlState?: RoutingControlState | undefined;
    }[],
  ) => {
    for (const { RoutingControlArn, RoutingControlState: state } of entries) {
      require(RoutingControlArn);
      if (state !== 'On' && state !== 'Off') {
        throw new AwsError('ValidationException', `A routing control is On or Off, not ${state}`);
      }
    }
    for (const { RoutingControlArn = '', RoutingControlState = 'Off' } of entries) {
      states.set(RoutingControlArn, RoutingControlState);
    }
    return {};
  };
  const operations = [
    operation<GetRoutingControlStateRequest, GetRoutingControlStateResponse>({
      schema: GetRoutingControlState$,
      supports: ['RoutingControlArn'],
      source: `${API}/API_GetRoutingControlState.html`,
      handle: ({ RoutingControlArn }) => require(RoutingControlArn),
    }),
    operation<UpdateRoutingControlStateRequest, object>({
      schema: UpdateRoutingControlState$,
      supports: ['RoutingControlArn', 'RoutingControlState'],
      inert: { SafetyRulesToOverride: 'there are no safety rules here' },
      source: `${API}/API_UpdateRoutingControlState.html`,
      handle: (entry) => set([entry]),
    }),
    operation<UpdateRoutingControlStatesRequest, object>({
      schema: UpdateRoutingControlStates$,
      supports: ['UpdateRoutingControlStateEntries[].*'],
      inert: { SafetyRulesToOverride: 'there are no safety rules here' },
      source: `${API}/API_UpdateRoutingControlStates.html`,
      handle: ({ UpdateRoutingControlStateEntries: entries = [] }) => set(entries),
    }),
    operation<ListRoutingControlsRequest, ListRoutingControlsResponse>({
      schema: ListRoutingControls$,
      supports: ['ControlPanelArn', 'MaxResults', 'NextToken'],
      source: `${API}/API_ListRoutingControls.html`,
      handle: ({ ControlPanelArn: panel, MaxResults = PAGE, NextToken = '0' }) => {
        const all = [...states.keys()].filter((arn) => panel === undefined || panelOf(arn) === panel);
        const from = Number(NextToken);
        const RoutingControls = all
          .slice(from, from + MaxResults)
          .map((arn) => ({ ...require(arn), ControlPanelArn: panelOf(arn) }));
        return { RoutingControls, ...(all.length > from + MaxResults ? { NextToken: String(from + MaxResults) } : {}) };
      },
    }),
  ];
  return { module: { id: 'recovery-cluster', operations }, isOn: (arn) => states.get(arn) === 'On' };
}

/** `arn:…:controlpanel/P/routingcontrol/R` → `arn:…:controlpanel/P`. */
function panelOf(arn: string): string {
  return arn.replace(/\/routingcontrol\/.*$/, '');
}
