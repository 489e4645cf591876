export function runTaskHost(): void {}
