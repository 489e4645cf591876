# Each group is used, and each rule names the group on its other side.
resource "aws_security_group" "main" {
  for_each = {
    balancer = "Load balancer: HTTPS from everybody"
    tasks    = "Tasks: reached from the load balancer only"
    database = "Database: reached from the tasks only"
  }
  name        = "splurge-art-${each.key}-${var.environment}"
  description = each.value
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "users" {
  for_each          = toset(["80", "443"]) # port 80 only redirects
  security_group_id = aws_security_group.main["balancer"].id
  description       = "Users"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.value)
  to_port           = tonumber(each.value)
}

resource "aws_vpc_security_group_ingress_rule" "test" {
  for_each          = toset(var.test_clients)
  security_group_id = aws_security_group.main["balancer"].id
  description       = "Smoke checks of deployments"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 8443
  to_port           = 8443
}

locals {
  hops = {
    tasks    = { from = "balancer", port = local.port }
    database = { from = "tasks", port = 5432 }
  }
}

resource "aws_vpc_security_group_egress_rule" "hop" {
  for_each                     = local.hops
  security_group_id            = aws_security_group.main[each.value.from].id
  description                  = "To the ${each.key}"
  referenced_security_group_id = aws_security_group.main[each.key].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "hop" {
  for_each                     = local.hops
  security_group_id            = aws_security_group.main[each.key].id
  description                  = "From the ${each.value.from}"
  referenced_security_group_id = aws_security_group.main[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "aws" {
  security_group_id = aws_security_group.main["tasks"].id
  description       = "HTTPS to AWS and to the payment provider"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
