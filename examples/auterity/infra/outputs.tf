output "cluster" {
  value = aws_eks_cluster.main.name
}

output "database" {
  value = aws_rds_cluster.main.endpoint
}

output "chaos_role" {
  description = "Variable `role` of the experiments."
  value       = aws_iam_role.main["chaos"].name
}

output "stop_role" {
  description = "Variable `stopRole` of the experiments."
  value       = aws_iam_role.main["stop"].name
}
