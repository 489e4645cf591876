/** The task before a deployment: takes a moment, so that something can happen meanwhile. */
setTimeout(() => process.exit(0), 1000);
