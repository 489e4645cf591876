resource "aws_ecs_cluster" "main" {
  name = "splurge-art-${var.environment}"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "shop" {
  name              = "/ecs/${local.name}"
  retention_in_days = local.production ? 365 : 30
}

# The first revision only. Deployments register the next ones, so Terraform never goes back to this.
resource "aws_ecs_task_definition" "shop" {
  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.tasks.cpu
  memory                   = var.tasks.memory
  execution_role_arn       = aws_iam_role.main["execution"].arn
  task_role_arn            = aws_iam_role.main["task"].arn
  skip_destroy             = true

  container_definitions = jsonencode([{
    name                   = local.container
    image                  = var.image
    essential              = true
    readonlyRootFilesystem = true
    stopTimeout            = 30
    portMappings           = [{ containerPort = local.port, protocol = "tcp" }]
    environment = [
      { name = "HOST", value = "0.0.0.0" },
      { name = "PORT", value = tostring(local.port) },
      { name = "DATABASE_HOST", value = aws_db_instance.main.address },
    ]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.shop.name
        awslogs-region        = var.region
        awslogs-stream-prefix = "shop"
      }
    }
  }])
}

resource "aws_ecs_service" "shop" {
  name                              = local.name
  cluster                           = aws_ecs_cluster.main.id
  task_definition                   = aws_ecs_task_definition.shop.arn
  desired_count                     = var.tasks.minimum
  launch_type                       = "FARGATE"
  health_check_grace_period_seconds = 60
  availability_zone_rebalancing     = "ENABLED"
  propagate_tags                    = "SERVICE"

  deployment_configuration {
    strategy             = "BLUE_GREEN"
    bake_time_in_minutes = local.production ? 5 : 1
  }

  network_configuration {
    subnets          = local.subnets_of["tasks"]
    security_groups  = [aws_security_group.main["tasks"].id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.main["blue"].arn
    container_name   = local.container
    container_port   = local.port

    advanced_configuration {
      alternate_target_group_arn = aws_lb_target_group.main["green"].arn
      production_listener_rule   = aws_lb_listener_rule.main["production"].arn
      test_listener_rule         = aws_lb_listener_rule.main["test"].arn
      role_arn                   = aws_iam_role.main["infrastructure"].arn
    }
  }

  # The task definition belongs to deployments, the count to scaling.
  lifecycle {
    ignore_changes = [task_definition, desired_count]
  }

  depends_on = [aws_iam_role_policy_attachment.main]
}

resource "aws_appautoscaling_target" "shop" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.shop.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = var.tasks.minimum
  max_capacity       = var.tasks.maximum
}

# On CPU alone: ALBRequestCountPerTarget is of one target group, and after every other blue-green deployment that is the empty one.
# 60 % leave room for the loss of one of three zones, which caps utilisation at 66.7 %.
resource "aws_appautoscaling_policy" "cpu" {
  name               = "${local.name}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.shop.service_namespace
  resource_id        = aws_appautoscaling_target.shop.resource_id
  scalable_dimension = aws_appautoscaling_target.shop.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
