require('./action.cjs').main('security-gate');
