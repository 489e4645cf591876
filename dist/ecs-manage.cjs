require('./action.cjs').main('ecs-manage');
