"""Has Checkov write down which files it parsed, and check workflows that are newer than it.

Checkov's output names files with findings and some that it could not parse; a workflow that is not YAML, say, is in neither, and looks the
same as one without a problem. Python imports this module by itself when its folder is on PYTHONPATH, before Checkov starts. When
SUREFOOT_PROOF names a folder, each framework that ended its run leaves FRAMEWORK.json there: `files`, the paths in its definitions, and
`checks`, the ids of all checks that it had.

Checkov passes over a workflow with a key that its schema of workflows does not know, such as `concurrency.queue`, which is also a way to
hide one. Here a mapping with jobs is a workflow.

This takes hold of Checkov's insides (BaseRunner.run, .definitions and .graph_registry, github_actions.utils.is_schema_valid, 3.3.30). Should a version move them, there are no
files, and whoever waits for them takes nothing for parsed.
"""
import functools
import json
import os

folder = os.environ.get("SUREFOOT_PROOF")


def _with_proof(run):
    @functools.wraps(run)
    def wrapped(self, *args, **kwargs):
        report = run(self, *args, **kwargs)
        # A Terraform key is an object with the path and the module calls that lead to it.
        files = sorted({str(getattr(key, "file_path", key)) for key in self.definitions or {}})
        checks = [*BaseCheckRegistry.get_all_registered_checks(), *(self.graph_registry.checks if self.graph_registry else [])]
        target = os.path.join(folder, f"{self.check_type}.json")
        with open(f"{target}.{os.getpid()}", "w", encoding="utf-8") as file:
            json.dump({"files": files, "checks": sorted({check.id for check in checks})}, file)
        os.replace(f"{target}.{os.getpid()}", target)
        return report

    return wrapped


def _is_workflow(config):
    return isinstance(config, dict) and isinstance(config.get("jobs"), dict)


if folder:
    try:
        from checkov.common.checks.base_check_registry import BaseCheckRegistry
        from checkov.common.runners.base_runner import BaseRunner
        from checkov.github_actions import utils
    except ImportError:
        # Another program of the same Python; or a Checkov that is not this one, which then leaves no proof.
        pass
    else:

        def _init_subclass(cls, **kwargs):
            super(BaseRunner, cls).__init_subclass__(**kwargs)
            if "run" in cls.__dict__:
                cls.run = _with_proof(cls.run)

        # Before its runner takes the function from there.
        utils.is_schema_valid = _is_workflow
        BaseRunner.__init_subclass__ = classmethod(_init_subclass)
