resource "aws_db_subnet_group" "main" {
  name       = "splurge-art-${var.environment}"
  subnet_ids = local.subnets_of["database"]
}

# A primary and a synchronous standby in two zones behind one name: a failover loses no acknowledged write.
resource "aws_db_instance" "main" {
  identifier                            = "splurge-art-${var.environment}"
  engine                                = "postgres"
  engine_version                        = "17"
  instance_class                        = var.database_class
  allocated_storage                     = 100
  max_allocated_storage                 = 500
  storage_type                          = "gp3"
  storage_encrypted                     = true
  kms_key_id                            = aws_kms_key.data.arn
  db_name                               = "shop"
  username                              = "shop_admin"
  manage_master_user_password           = true # in Secrets Manager, changed every seven days by RDS
  master_user_secret_kms_key_id         = aws_kms_key.data.arn
  iam_database_authentication_enabled   = true
  multi_az                              = true
  db_subnet_group_name                  = aws_db_subnet_group.main.name
  vpc_security_group_ids                = [aws_security_group.main["database"].id]
  publicly_accessible                   = false
  ca_cert_identifier                    = "rds-ca-rsa2048-g1"
  backup_retention_period               = 35
  copy_tags_to_snapshot                 = true
  deletion_protection                   = true
  skip_final_snapshot                   = false
  final_snapshot_identifier             = "splurge-art-${var.environment}-final"
  auto_minor_version_upgrade            = true
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = aws_kms_key.data.arn
  performance_insights_retention_period = 7
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.main["monitoring"].arn
  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]
  parameter_group_name                  = aws_db_parameter_group.main.name
}

resource "aws_db_parameter_group" "main" {
  name   = "splurge-art-${var.environment}"
  family = "postgres17"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000" # milliseconds
  }
}

# For reading; asynchronous, so that promoting it may lose the last second.
resource "aws_db_instance" "replica" {
  count                               = local.production ? 1 : 0
  identifier                          = "splurge-art-${var.environment}-replica"
  replicate_source_db                 = aws_db_instance.main.identifier
  instance_class                      = var.database_class
  availability_zone                   = var.zones[2]
  storage_encrypted                   = true
  iam_database_authentication_enabled = true
  multi_az                            = true
  publicly_accessible                 = false
  vpc_security_group_ids              = [aws_security_group.main["database"].id]
  ca_cert_identifier                  = "rds-ca-rsa2048-g1"
  copy_tags_to_snapshot               = true
  deletion_protection                 = true
  skip_final_snapshot                 = true
  auto_minor_version_upgrade          = true
  performance_insights_enabled        = true
  performance_insights_kms_key_id     = aws_kms_key.data.arn
  monitoring_interval                 = 60
  monitoring_role_arn                 = aws_iam_role.main["monitoring"].arn
}

# With AWS's default key policy: who may use it is decided by IAM, and the roles' policies name it.
resource "aws_kms_key" "data" {
  description         = "splurge-art ${var.environment}: database and users' pictures"
  enable_key_rotation = true
}
