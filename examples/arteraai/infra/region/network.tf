resource "aws_vpc" "main" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  tags                 = { Name = "arteraai" }
}

# The default group lets its members talk to each other; nobody is to be in it.
resource "aws_default_security_group" "none" {
  vpc_id = aws_vpc.main.id
}

locals {
  zones = { for index, zone in var.zones : zone => index }
  # Of the 256 /24s: 0-9 for the balancer, 10-19 for the tasks, 20-29 for the database.
  tiers = { public = 0, tasks = 10, database = 20 }
  subnets = merge([for tier, first in local.tiers : {
    for zone, index in local.zones : "${tier}-${zone}" => { tier = tier, zone = zone, block = cidrsubnet(var.cidr, 8, first + index) }
  }]...)
  subnets_of = { for tier in keys(local.tiers) : tier => [
    for name, subnet in local.subnets : aws_subnet.main[name].id if subnet.tier == tier
  ] }
}

resource "aws_subnet" "main" {
  for_each          = local.subnets
  vpc_id            = aws_vpc.main.id
  availability_zone = each.value.zone
  cidr_block        = each.value.block
  tags              = merge({ Name = "arteraai-${each.key}" }, each.value.tier == "public" ? {} : local.chaos_tags)
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "public" {
  for_each       = local.zones
  subnet_id      = aws_subnet.main["public-${each.key}"].id
  route_table_id = aws_route_table.public.id
}

# Tasks have no way to the internet: what they need of AWS is here. Their subnets and the database's keep the main table.
resource "aws_vpc_endpoint" "interface" {
  for_each            = toset(["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms"])
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.${data.aws_region.current.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = local.subnets_of["tasks"]
  security_group_ids  = [aws_security_group.main["endpoints"].id]
  private_dns_enabled = true
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.${data.aws_region.current.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_vpc.main.main_route_table_id]
}

data "aws_prefix_list" "s3" {
  name = "com.amazonaws.${data.aws_region.current.region}.s3"
}
