/** The task before a deployment: by MIGRATION it ends well, fails with a reason in its log, or never ends. */
const { MIGRATION = 'works' } = process.env;

process.stdout.write('migrating the table of orders\n');
if (MIGRATION === 'fails') {
  process.stderr.write('column "total" already exists\n');
  process.exitCode = 3;
} else if (MIGRATION === 'hangs') {
  setInterval(() => undefined, 60_000);
}
