# With AWS's default key policy: who may use it is decided by IAM, and the roles' policies name it.
resource "aws_kms_key" "data" {
  description         = "${local.name}: database, documents, secrets, images"
  enable_key_rotation = true
}

resource "aws_kms_key" "copies" {
  provider            = aws.copies
  description         = "${local.name}: copies of the documents"
  enable_key_rotation = true
}

resource "aws_db_subnet_group" "main" {
  name       = local.name
  subnet_ids = [for subnet in aws_subnet.database : subnet.id]
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "Database: reached from the cluster only"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  description                  = "From the pods"
  referenced_security_group_id = aws_eks_cluster.main.vpc_config[0].cluster_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

# A writer and two readers that can be read and take over, in three zones.
resource "aws_rds_cluster" "main" {
  cluster_identifier                  = local.name
  engine                              = "postgres"
  engine_version                      = "17"
  db_cluster_instance_class           = "db.r6gd.large"
  allocated_storage                   = 200
  iops                                = 3000
  storage_type                        = "gp3"
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.data.arn
  database_name                       = "auterity"
  master_username                     = "auterity_admin"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = aws_kms_key.data.arn
  iam_database_authentication_enabled = true
  db_subnet_group_name                = aws_db_subnet_group.main.name
  vpc_security_group_ids              = [aws_security_group.database.id]
  backup_retention_period             = 35
  copy_tags_to_snapshot               = true
  deletion_protection                 = true
  final_snapshot_identifier           = "${local.name}-final"
  enabled_cloudwatch_logs_exports     = ["postgresql", "upgrade"]
  monitoring_interval                 = 60
  monitoring_role_arn                 = aws_iam_role.main["monitoring"].arn
  performance_insights_enabled        = true
  performance_insights_kms_key_id     = aws_kms_key.data.arn
}

resource "aws_secretsmanager_secret" "main" {
  for_each   = local.services
  name       = "auterity/${var.environment}/${each.value}"
  kms_key_id = aws_kms_key.data.arn
  tags       = { service = each.value }
}

resource "aws_cognito_user_pool" "main" {
  name                = local.name
  mfa_configuration   = "ON"
  deletion_protection = "ACTIVE"

  software_token_mfa_configuration {
    enabled = true
  }

  password_policy {
    minimum_length    = 14
    require_lowercase = true
    require_numbers   = true
    require_symbols   = true
    require_uppercase = true
  }
}
