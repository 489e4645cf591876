export async function runProgram(_argv: readonly string[]): Promise<void> {}
