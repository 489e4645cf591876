resource "aws_lb" "main" {
  name                       = "splurge-art-${var.environment}"
  load_balancer_type         = "application"
  subnets                    = local.subnets_of["public"]
  security_groups            = [aws_security_group.main["balancer"].id]
  drop_invalid_header_fields = true
  enable_deletion_protection = local.production

  access_logs {
    bucket  = aws_s3_bucket.main["balancer-logs"].id
    enabled = true
  }

  depends_on = [aws_s3_bucket_policy.balancer_logs]
}

# Two groups of the same shape: ECS moves the weights between them, and after each deployment the other one is live.
resource "aws_lb_target_group" "main" {
  for_each             = toset(["blue", "green"])
  name                 = "splurge-art-${var.environment}-${each.value}"
  vpc_id               = aws_vpc.main.id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = local.port
  deregistration_delay = 15 # a purchase takes well under a second

  health_check {
    path                = "/health"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

# 443 for users, 8443 where a new revision answers before any user reaches it.
resource "aws_lb_listener" "main" {
  for_each          = { production = 443, test = 8443 }
  load_balancer_arn = aws_lb.main.arn
  port              = each.value
  protocol          = "HTTPS"
  certificate_arn   = var.certificate_arn
  ssl_policy        = local.tls_policy

  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener" "redirect" {
  load_balancer_arn = aws_lb.main.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

# ECS wants rules, not listeners, with nothing but a forward to both groups.
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
