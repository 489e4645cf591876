variable "github" {
  description = "Whose jobs are trusted; the ids are those of: gh api repos/OWNER/NAME --jq '{owner_id: .owner.id, repository_id: .id}'"
  type        = object({ owner = string, owner_id = number, repository = string, repository_id = number })

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+$", var.github.owner)) && can(regex("^[A-Za-z0-9._-]+$", var.github.repository))
    error_message = "Write owner and repository by their names alone, such as acme and shop: a pattern would let other repositories in."
  }
}

variable "roles" {
  description = "Roles by their names: the GitHub environment whose jobs take the role, and what it may do, as `surefoot iam` prints it."
  type = map(object({
    environment          = string
    policies             = list(string)
    max_session_duration = optional(number, 7200) # what the workflows ask for: longer than the longest deployment with its way back
    permissions_boundary = optional(string)
  }))

  validation {
    condition     = alltrue([for role in var.roles : can(regex("^[^*?:]+$", role.environment))])
    error_message = "Write each environment by its name: a pattern would let other jobs in."
  }

  validation {
    condition     = alltrue([for role in var.roles : length(role.policies) > 0 && alltrue([for policy in role.policies : can(jsondecode(policy).Statement)])])
    error_message = "Each role needs policies, each the JSON that `surefoot iam` prints, such as file(\"policies/deploy-prod.json\")."
  }

  validation {
    condition     = alltrue([for role in var.roles : alltrue([for policy in role.policies : length(jsonencode(jsondecode(policy))) <= 6144])])
    error_message = "A managed policy has at most 6144 characters: print two, each for some of the operations."
  }
}

variable "create_provider" {
  description = "False where the account has GitHub as an identity provider already: there is one for an account."
  type        = bool
  default     = true
}
