require('./action.cjs').main('recover');
