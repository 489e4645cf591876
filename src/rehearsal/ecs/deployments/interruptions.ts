/** Why a service deployment leaves its way forward; used as abort reasons and thrown by its steps. */

/** It goes back to the previous revision. The message completes "Service deployment rolled back because of …". */
export class RollbackRequested extends Error {
  constructor(because: string) {
    super(because);
    this.name = 'RollbackRequested';
  }
}

/** Another deployment takes over, or the service is deleted: it stops where it is. */
export class Superseded extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Superseded';
  }
}
