# Route 53's data plane is in no region. `surefoot recover region-failover` changes these weights, and nothing else does.
data "aws_route53_zone" "main" {
  provider = aws.standby
  name     = var.domain
}

locals {
  balancers = {
    primary = { region = "us-west-2", weight = 100, balancer = module.primary.balancer }
    standby = { region = "us-east-2", weight = 0, balancer = module.standby.balancer }
  }
}

resource "aws_route53_record" "api" {
  provider       = aws.standby
  for_each       = local.balancers
  zone_id        = data.aws_route53_zone.main.zone_id
  name           = "api.${var.domain}"
  type           = "A"
  set_identifier = each.value.region

  weighted_routing_policy {
    weight = each.value.weight
  }

  # The decision to leave a region is a person's: no health of the balancer's targets moves users by itself.
  alias {
    name                   = each.value.balancer.dns_name
    zone_id                = each.value.balancer.zone_id
    evaluate_target_health = false
  }

  lifecycle {
    ignore_changes = [weighted_routing_policy]
  }
}
