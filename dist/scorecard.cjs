require('./action.cjs').main('scorecard');
