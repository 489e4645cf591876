# Each group is used, and each rule names the group on its other side.
resource "aws_security_group" "main" {
  for_each = {
    balancer  = "Load balancer: HTTPS from the hospitals"
    tasks     = "Tasks: reached from the load balancer only"
    database  = "Database: reached from the tasks only"
    endpoints = "Endpoints of AWS: reached from the tasks only"
  }
  name        = "arteraai-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "users" {
  security_group_id = aws_security_group.main["balancer"].id
  description       = "Users"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

locals {
  hops = {
    tasks     = { from = "balancer", port = local.port }
    database  = { from = "tasks", port = 5432 }
    endpoints = { from = "tasks", port = 443 }
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

# Layers of images are in S3.
resource "aws_vpc_security_group_egress_rule" "s3" {
  security_group_id = aws_security_group.main["tasks"].id
  description       = "To S3"
  prefix_list_id    = data.aws_prefix_list.s3.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
