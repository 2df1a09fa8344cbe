"""An independent fit of the two-part mixed model: NumPyro's NUTS on one simulated study.

NumPyro stays out of the project's requirements. In an environment of its own:

    pip install numpyro==0.22.0 pandas
    cd tests/evaluation/studies/analysing/golden
    python ../../../../../bench/two_part_numpyro.py two_part_votes.csv.gz two_part_numpyro.json

The votes come from `python -m bench.two_part_votes`. Model and priors are those of Raedsch et al.
(2023): zero-inflated beta, crossed random intercepts correlated between the parts, normal(0, 10)
on coefficients, half-Cauchy(1) on standard deviations.
"""

import json
import sys
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import pandas as pd
from numpyro.infer import MCMC, NUTS

numpyro.set_host_device_count(2)
jax.config.update("jax_enable_x64", True)


def model(design, rater, image, quality, counts):
    alpha = numpyro.sample("severe", dist.Normal(0, 10).expand([design.shape[1]]).to_event(1))
    beta = numpyro.sample("quality", dist.Normal(0, 10).expand([design.shape[1]]).to_event(1))
    phi = numpyro.sample("phi", dist.ImproperUniform(dist.constraints.positive, (), ()))
    numpyro.factor("flat_log_phi", -jnp.log(phi))
    random = [intercepts(name, count) for name, count in zip(("rater", "image"), counts)]
    total = random[0][rater] + random[1][image]
    eta_severe = design @ alpha + total[:, 0]
    mean = jax.nn.sigmoid(design @ beta + total[:, 1])
    severe = quality == 0
    numpyro.sample("is_severe", dist.Bernoulli(logits=eta_severe), obs=severe.astype(float))
    inside = jnp.where(severe, 0.5, quality)
    density = dist.Beta(mean * phi, (1 - mean) * phi).log_prob(inside)
    numpyro.factor("of_the_others", jnp.where(severe, 0.0, density).sum())


def intercepts(name, count):
    sd = numpyro.sample(f"sd_{name}", dist.HalfCauchy(1.0).expand([2]).to_event(1))
    correlation = numpyro.sample(f"correlation_{name}", dist.Uniform(-1, 1))
    z = numpyro.sample(f"z_{name}", dist.Normal(0, 1).expand([count, 2]).to_event(2))
    second = correlation * z[:, 0] + jnp.sqrt(1 - correlation**2) * z[:, 1]
    return jnp.stack([sd[0] * z[:, 0], sd[1] * second], axis=1)


def main(votes_file, output):
    votes = pd.read_csv(votes_file, keep_default_na=False)
    stages = sorted(set(votes["stage"]))
    design = np.column_stack(
        [np.ones(len(votes))]
        + [(votes["stage"] == stage).astype(float) for stage in stages[1:]]
        + [(votes["characteristics"] == "blur").astype(float)]
    )
    names = ["intercept", *[f"stage: {stage}" for stage in stages[1:]], "blur"]
    rater = np.unique(votes["rater"], return_inverse=True)[1]
    image = np.unique(votes["item"], return_inverse=True)[1]
    sampler = MCMC(NUTS(model), num_warmup=1000, num_samples=2000, num_chains=2, progress_bar=False)
    began = time.time()
    sampler.run(
        jax.random.PRNGKey(1234),
        design,
        rater,
        image,
        votes["score"].to_numpy(dtype=float),
        (rater.max() + 1, image.max() + 1),
    )
    draws = sampler.get_samples()
    grouped = sampler.get_samples(group_by_chain=True)
    record = {
        "command": "python bench/two_part_numpyro.py VOTES OUTPUT",
        "numpyro": numpyro.__version__,
        "draws": "2 chains x 2000 after 1000 warm-up, seed 1234",
        "seconds": round(time.time() - began),
        "worst_r_hat": max(
            float(np.max(numpyro.diagnostics.split_gelman_rubin(np.asarray(grouped[name]))))
            for name in grouped
        ),
        "coefficients": {
            part: {
                name: {
                    "mean": float(draws[part][:, k].mean()),
                    "median": float(np.median(draws[part][:, k])),
                    "sd": float(draws[part][:, k].std()),
                }
                for k, name in enumerate(names)
            }
            for part in ("severe", "quality")
        },
        "phi": float(draws["phi"].mean()),
        **{
            f"{what}_{name}": np.asarray(draws[f"{what}_{name}"].mean(axis=0)).tolist()
            for what in ("sd", "correlation")
            for name in ("rater", "image")
        },
    }
    Path(output).write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
