output "url" {
  value = "${local.https ? "https" : "http"}://${aws_lb.main.dns_name}"
}

output "test_url" {
  description = "Where a new revision answers before users reach it."
  value       = "${local.https ? "https" : "http"}://${aws_lb.main.dns_name}:${local.test_port}"
}

output "cluster" {
  value = aws_ecs_cluster.main.name
}

output "service" {
  value = aws_ecs_service.backend.name
}
