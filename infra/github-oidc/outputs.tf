output "role_arns" {
  description = "AWS_ROLE_ARN of the GitHub environments, by the names of the roles."
  value       = { for name, role in aws_iam_role.main : name => role.arn }
}
