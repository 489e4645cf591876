require('./action.cjs').main('load-test');
