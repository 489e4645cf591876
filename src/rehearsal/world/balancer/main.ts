export function runBalancer(): void {}
