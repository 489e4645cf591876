output "url" {
  value = "https://${aws_lb.main.dns_name}"
}

output "test_url" {
  description = "Where a new revision answers before users reach it."
  value       = "https://${aws_lb.main.dns_name}:8443"
}

output "database" {
  value = aws_db_instance.main.address
}
