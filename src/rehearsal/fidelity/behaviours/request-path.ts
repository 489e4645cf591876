import { PAGES } from '../aws-pages.ts';
import { type BehaviourSection, notModelled, provenIn, simplified, supported } from '../behaviour.ts';

const draining = provenIn('balancer/draining.test.ts');
const codes = provenIn('balancer/status-codes.test.ts');
const routing = provenIn('balancer/routing.test.ts');
const rules = provenIn('balancer/rules.test.ts');
const headers = provenIn('balancer/headers.test.ts');
const streaming = provenIn('balancer/streaming.test.ts');

/** What happens to a request. */
export const REQUEST_PATH: BehaviourSection = {
  title: 'The request path',
  behaviours: [
    supported(
      'Weighted forward: each request goes to a group with the probability of its weight; weight 0 gets nothing.',
      PAGES.ruleActions,
      routing('splits requests by weight'),
    ),
    supported(
      'With all weights 0, or no target registered, the answer is 503.',
      PAGES.elbTroubleshooting,
      routing('answers 503 when all weights are 0'),
    ),
    supported(
      'Rules by path, host and header, with `*` and `?`; hosts and header values without case, paths exactly.',
      PAGES.ruleConditions,
      rules('compares hosts without case and port, header values without case, and any of several headers of one name'),
    ),
    supported('All conditions of a rule must hold.', PAGES.ruleConditions, rules('wants all conditions of a rule')),
    supported('Fixed responses.', PAGES.ruleActions, routing('answers fixed responses by itself')),
    supported(
      'Round robin over the targets of a group.',
      PAGES.targetGroupAttributes,
      routing('goes round the targets'),
    ),
    supported(
      'Least outstanding requests.',
      PAGES.targetGroupAttributes,
      routing('prefers the target with fewer outstanding requests'),
    ),
    supported(
      'A deregistered target gets no new request; requests in flight go on and finish.',
      PAGES.targetGroupAttributes,
      draining('gets no new request, and the one in flight finishes'),
    ),
    supported(
      'When the deregistration delay ends, what is still in flight ends with 502.',
      PAGES.elbTroubleshooting,
      draining('loses what is in flight when the delay is over: 502'),
    ),
    supported(
      'A target that is registered again while it drains comes back.',
      PAGES.targetGroupAttributes,
      draining('comes back when it is registered again'),
    ),
    simplified(
      'A deregistered target loses its idle connections at once.',
      'AWS does not say when idle connections are closed',
      PAGES.targetGroupAttributes,
      draining('loses idle connections at once, so that a server waiting for them can end'),
    ),
    supported(
      '502 when the target refuses, resets or closes the connection with the request outstanding.',
      PAGES.elbTroubleshooting,
      codes('when the target closes with the request outstanding'),
    ),
    supported(
      '502 for an answer that is not HTTP or has more than 32 K of header.',
      PAGES.elbTroubleshooting,
      codes('when the response %s'),
    ),
    simplified(
      'A request is never sent to a second target.',
      'AWS does not say so; a retry would hide what a rollout loses',
      PAGES.elbTroubleshooting,
      codes('and a request is never sent twice'),
    ),
    supported(
      '504 when no connection comes about in 10 s.',
      PAGES.elbTroubleshooting,
      codes('when no connection comes about in 10 s'),
    ),
    supported(
      '504 when the target does not answer before the idle timeout.',
      PAGES.elbTroubleshooting,
      codes('when the target does not answer before the idle timeout'),
    ),
    supported(
      'A client that closes before an answer is counted as 460, and its target is told.',
      PAGES.elbTroubleshooting,
      codes('counts as 460 when it closes before an answer, and the target is told'),
    ),
    supported(
      '400 for what is no HTTP, has no Host or more than 64 K of header; 405 for TRACE.',
      PAGES.elbTroubleshooting,
      codes('is refused: %s'),
    ),
    supported(
      '408 when a body stalls for the idle timeout.',
      PAGES.elbTroubleshooting,
      codes('is 408 when a body stalls for the idle timeout'),
    ),
    supported(
      'X-Forwarded-For is appended to; X-Forwarded-Proto and -Port are the load balancer’s own.',
      PAGES.forwardedHeaders,
      headers('appends the client to X-Forwarded-For and does not believe the client on protocol and port'),
    ),
    supported(
      'X-Amzn-Trace-Id on every request; a client’s Root is kept.',
      PAGES.requestTracing,
      headers('gives every request a trace of its own and keeps the Root of a client'),
    ),
    supported(
      'Bodies are streamed both ways, of any size, at the reader’s pace.',
      PAGES.loadBalancers,
      streaming('wait for a client that does not read'),
    ),
    simplified(
      'One load balancer is one node in a process of its own.',
      'AWS has nodes in every zone and adds some under load; AvailabilityZone of metrics is therefore the target’s, not the node’s',
      PAGES.loadBalancers,
      provenIn('cloudwatch/alb-metrics.test.ts')('have the dimensions that AWS documents, and nothing for zero'),
    ),
    simplified(
      'Cross-zone load balancing is always on, without cost or delay between zones.',
      'zones are loopback addresses on one machine',
      PAGES.targetGroupAttributes,
    ),
    notModelled('HTTP/2 and WebSockets from clients.', 'HTTP/1.1 only: `Upgrade` is dropped', PAGES.listeners),
    notModelled('Capacity limits, connection limits, surge of cold nodes.', 'the machine’s CPU is the limit'),
  ],
};
