output "balancer" {
  value = { dns_name = aws_lb.main.dns_name, zone_id = aws_lb.main.zone_id }
}

output "database_arn" {
  value = aws_db_instance.main.arn
}

output "key_arn" {
  value = aws_kms_key.data.arn
}
