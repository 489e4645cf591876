resource "aws_lb" "main" {
  name                       = "arteraai"
  load_balancer_type         = "application"
  subnets                    = local.subnets_of["public"]
  security_groups            = [aws_security_group.main["balancer"].id]
  drop_invalid_header_fields = true
  enable_deletion_protection = true
  enable_zonal_shift         = true

  access_logs {
    bucket  = aws_s3_bucket.logs.id
    enabled = true
  }

  depends_on = [aws_s3_bucket_policy.logs]
}

# Two groups of the same shape: ECS moves the weights between them, and after each deployment the other one is live.
resource "aws_lb_target_group" "main" {
  for_each             = toset(["blue", "green"])
  name                 = "arteraai-${each.value}"
  vpc_id               = aws_vpc.main.id
  target_type          = "ip"
  protocol             = "HTTPS" # data of patients is encrypted to the task
  port                 = local.port
  deregistration_delay = 30

  health_check {
    protocol            = "HTTPS"
    path                = "/health"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_listener" "main" {
  for_each          = { production = 443, test = 8443 }
  load_balancer_arn = aws_lb.main.arn
  port              = each.value
  protocol          = "HTTPS"
  certificate_arn   = var.certificate_arn
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener_rule" "main" {
  for_each     = aws_lb_listener.main
  listener_arn = each.value.arn
  priority     = 100

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  action {
    type = "forward"
    forward {
      dynamic "target_group" {
        for_each = { blue = 100, green = 0 }
        content {
          arn    = aws_lb_target_group.main[target_group.key].arn
          weight = target_group.value
        }
      }
    }
  }

  # The weights above are those of the first day; from then on they belong to ECS.
  lifecycle {
    ignore_changes = [action]
  }
}

resource "aws_ecs_cluster" "main" {
  name = local.cluster

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "inference" {
  name              = "/ecs/${local.name}"
  retention_in_days = 2192 # six years, as HIPAA wants of records
  kms_key_id        = aws_kms_key.logs.arn
}

# The first revision only. Deployments register the next ones, in both regions.
resource "aws_ecs_task_definition" "inference" {
  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 1024
  memory                   = 2048
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
    # By name, which is the same in both regions: the task definition fits both.
    secrets = [{ name = "MODEL_KEY", valueFrom = "arn:aws:secretsmanager:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:secret:arteraai/model-key" }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.inference.name
        awslogs-region        = data.aws_region.current.region
        awslogs-stream-prefix = "inference"
      }
    }
  }])
}

resource "aws_ecs_service" "inference" {
  name                              = local.name
  cluster                           = aws_ecs_cluster.main.id
  task_definition                   = aws_ecs_task_definition.inference.arn
  desired_count                     = var.tasks.minimum
  launch_type                       = "FARGATE"
  health_check_grace_period_seconds = 60
  availability_zone_rebalancing     = "ENABLED"
  propagate_tags                    = "SERVICE"

  deployment_configuration {
    strategy             = "BLUE_GREEN"
    bake_time_in_minutes = 10
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

  # The task definition belongs to deployments, the count to scaling and to a failover.
  lifecycle {
    ignore_changes = [task_definition, desired_count]
  }

  depends_on = [aws_iam_role_policy_attachment.main]
}

resource "aws_appautoscaling_target" "inference" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.inference.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = var.tasks.minimum
  max_capacity       = var.tasks.maximum

  # A failover raises the minimum of the standby to full capacity.
  lifecycle {
    ignore_changes = [min_capacity, max_capacity]
  }
}

resource "aws_appautoscaling_policy" "cpu" {
  name               = "${local.name}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.inference.service_namespace
  resource_id        = aws_appautoscaling_target.inference.resource_id
  scalable_dimension = aws_appautoscaling_target.inference.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = 60 # the loss of one of three zones caps it at 66.7
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
