require('./action.cjs').main('chaos');
