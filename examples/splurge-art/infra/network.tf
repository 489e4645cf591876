resource "aws_vpc" "main" {
  cidr_block           = "10.20.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = "splurge-art-${var.environment}" }
}

# The default group lets its members talk to each other; nobody is to be in it.
resource "aws_default_security_group" "none" {
  vpc_id = aws_vpc.main.id
}

locals {
  zones = { for index, zone in var.zones : zone => index }
  # 10.20.0-9 for the balancer, 10-19 for the tasks, 20-29 for the database.
  tiers = { public = 0, tasks = 10, database = 20 }
  subnets = merge([for tier, first in local.tiers : {
    for zone, index in local.zones : "${tier}-${zone}" => { tier = tier, zone = zone, block = "10.20.${first + index}.0/24" }
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
  tags              = { Name = "splurge-art-${var.environment}-${each.key}" }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_eip" "nat" {
  for_each = local.zones
  domain   = "vpc"
}

# One in each zone: the loss of a zone takes no other zone's way out with it.
resource "aws_nat_gateway" "main" {
  for_each      = local.zones
  subnet_id     = aws_subnet.main["public-${each.key}"].id
  allocation_id = aws_eip.nat[each.key].id
  depends_on    = [aws_internet_gateway.main]
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

resource "aws_route_table" "tasks" {
  for_each = local.zones
  vpc_id   = aws_vpc.main.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.main[each.key].id
  }
}

# The database's subnets keep the main table, which leads nowhere but through the VPC.
resource "aws_route_table_association" "tasks" {
  for_each       = local.zones
  subnet_id      = aws_subnet.main["tasks-${each.key}"].id
  route_table_id = aws_route_table.tasks[each.key].id
}
