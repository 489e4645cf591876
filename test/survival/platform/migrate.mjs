/** The task before a deployment: takes so many seconds. */
setTimeout(() => process.exit(0), Number(process.argv[2]) * 1000);
