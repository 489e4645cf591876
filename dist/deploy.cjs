require('./action.cjs').main('deploy');
