require('./action.cjs').main('root');
