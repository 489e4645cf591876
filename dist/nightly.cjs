require('./action.cjs').main('nightly');
