require('./action.cjs').post();
