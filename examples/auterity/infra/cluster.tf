resource "aws_eks_cluster" "main" {
  name                      = local.name
  role_arn                  = aws_iam_role.main["cluster"].arn
  version                   = "1.33"
  enabled_cluster_log_types = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

  access_config {
    authentication_mode = "API"
  }

  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = aws_kms_key.data.arn
    }
  }

  vpc_config {
    subnet_ids              = [for subnet in aws_subnet.nodes : subnet.id]
    endpoint_private_access = true
    endpoint_public_access  = false # operators come through the VPN
  }

  # So that traffic can be moved out of a zone that is ill.
  zonal_shift_config {
    enabled = true
  }

  depends_on = [aws_iam_role_policy_attachment.main]
}

# A group in each zone, so that scaling keeps them even and a zone's loss is one group's loss.
resource "aws_eks_node_group" "main" {
  for_each        = local.zones
  cluster_name    = aws_eks_cluster.main.name
  node_group_name = "${local.name}-${each.key}"
  node_role_arn   = aws_iam_role.main["node"].arn
  subnet_ids      = [aws_subnet.nodes[each.key].id]
  instance_types  = ["m7g.xlarge"]
  ami_type        = "BOTTLEROCKET_ARM_64"

  # What `eks-nodegroup-instances` may hit.
  tags = { "surefoot:chaos" = "allowed", "surefoot:environment" = var.environment }

  scaling_config {
    desired_size = var.nodes_per_zone.minimum
    min_size     = var.nodes_per_zone.minimum
    max_size     = var.nodes_per_zone.maximum
  }

  update_config {
    max_unavailable = 1
  }

  # The cluster's autoscaler sets the number.
  lifecycle {
    ignore_changes = [scaling_config[0].desired_size]
  }

  depends_on = [aws_iam_role_policy_attachment.main]
}

resource "aws_ecr_repository" "main" {
  for_each             = local.services
  name                 = "auterity/${each.value}"
  image_tag_mutability = "IMMUTABLE" # a version is a version
  tags                 = { service = each.value }

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.data.arn
  }
}

# Where FIS's pods act from: kubernetes/chaos-access.yml gives this user the rights inside the cluster.
resource "aws_eks_access_entry" "chaos" {
  cluster_name  = aws_eks_cluster.main.name
  principal_arn = aws_iam_role.main["chaos"].arn
  user_name     = "surefoot-fis"
}
