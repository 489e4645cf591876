/** A job: says something, then ends with the exit code that it is given, or not at all. */
const [, , end = '0'] = process.argv;
process.stdout.write(`working with ${process.env['GREETING'] ?? 'nothing'}\n`);
if (end === 'hang') {
  setInterval(() => undefined, 1000);
} else {
  process.exitCode = Number(end);
}
