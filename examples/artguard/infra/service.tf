resource "aws_ecs_cluster" "main" {
  name = "artguard-cluster-${var.environment}"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "backend" {
  name              = "/ecs/${local.name}"
  retention_in_days = var.log_days
}

# The first revision only. Deployments register the next ones, each from the one that runs, so Terraform never goes back to this.
resource "aws_ecs_task_definition" "backend" {
  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.tasks.cpu
  memory                   = var.tasks.memory
  execution_role_arn       = aws_iam_role.main["execution"].arn
  task_role_arn            = aws_iam_role.main["task"].arn
  skip_destroy             = true

  runtime_platform {
    cpu_architecture        = "X86_64"
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([{
    name         = local.container
    image        = var.image
    essential    = true
    stopTimeout  = 30
    portMappings = [{ containerPort = local.port, protocol = "tcp" }]
    environment = [
      { name = "HOST", value = "0.0.0.0" },
      { name = "PORT", value = tostring(local.port) },
    ]
    secrets = [{ name = "MODAL_API_KEY", valueFrom = aws_secretsmanager_secret.modal.arn }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.backend.name
        awslogs-region        = var.region
        awslogs-stream-prefix = "backend"
      }
    }
  }])
}

resource "aws_ecs_service" "backend" {
  name                              = local.name
  cluster                           = aws_ecs_cluster.main.id
  task_definition                   = aws_ecs_task_definition.backend.arn
  desired_count                     = var.tasks.minimum
  launch_type                       = "FARGATE"
  health_check_grace_period_seconds = 120
  availability_zone_rebalancing     = "ENABLED"
  enable_execute_command            = !local.production
  propagate_tags                    = "SERVICE"

  deployment_configuration {
    strategy             = "BLUE_GREEN"
    bake_time_in_minutes = local.production ? 10 : 1
  }

  network_configuration {
    subnets          = [for subnet in aws_subnet.private : subnet.id]
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.main["blue"].arn
    container_name   = local.container
    container_port   = local.port

    advanced_configuration {
      alternate_target_group_arn = aws_lb_target_group.main["green"].arn
      production_listener_rule   = aws_lb_listener_rule.production.arn
      test_listener_rule         = aws_lb_listener_rule.test.arn
      role_arn                   = aws_iam_role.main["infrastructure"].arn
    }
  }

  # The task definition belongs to deployments, the count to Application Auto Scaling and to pausing. Do not apply while a
  # deployment runs: surefoot keeps its pauses in deployment_configuration until the deployment is over.
  lifecycle {
    ignore_changes = [task_definition, desired_count]
  }

  depends_on = [aws_iam_role_policy_attachment.main]
}
