/** The terminal's entry. Helper processes of the rehearsal platform run this same file with a hidden first argument. */

// The SDK tells Node 20 users to upgrade on every client it makes; users of a command line cannot act on that.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

async function main(): Promise<void> {
  switch (process.argv[2]) {
    case '__balancer':
      return (await import('./rehearsal/world/balancer/main.ts')).runBalancer();
    case '__task-host':
      return (await import('./rehearsal/world/tasks/main.ts')).runTaskHost();
    case '__io-stress':
      return (await import('./rehearsal/world/tasks/io-stress.ts')).runIoStress();
    case '__database-node':
      return (await import('./rehearsal/world/database/node/main.ts')).runDatabaseNode();
    case '__database-relay':
      return (await import('./rehearsal/world/database/relay.ts')).runDatabaseRelay();
    case '__zone-relay':
      return (await import('./rehearsal/world/zone-relay/main.ts')).runZoneRelay();
    case '__dns-relay':
      return (await import('./rehearsal/world/dns/relay.ts')).runDnsRelay();
    case '__install-tools':
      return (await import('./cli/install-tools.ts')).installTools();
    default:
      return (await import('./cli/program.ts')).runProgram(process.argv);
  }
}

void main();
