locals {
  issuer = "token.actions.githubusercontent.com"

  # By role: the subjects of its environment's jobs. Which of the two forms a repository sends depends on its age.
  subjects = {
    for name, role in var.roles : name => [
      "repo:${var.github.owner}@${var.github.owner_id}/${var.github.repository}@${var.github.repository_id}:environment:${role.environment}",
      "repo:${var.github.owner}/${var.github.repository}:environment:${role.environment}",
    ]
  }

  # Without the white space that people read them with: it is stored, and sent with every plan.
  policies = merge([
    for name, role in var.roles : {
      for index, policy in role.policies : "${name}-${index + 1}" => { role = name, policy = jsonencode(jsondecode(policy)) }
    }
  ]...)
}
