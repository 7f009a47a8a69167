"""What NumPy and SciPy say of the cases on standard input, as JSON on standard output."""

import json
import sys

import numpy as np
from scipy import special, stats


def ks(a, b):
    a, b = np.array(a), np.array(b)
    root = np.sqrt(len(a) * len(b) / (len(a) + len(b)))
    exact = stats.ks_2samp(a, b, method="exact")
    stephens = special.kolmogorov((root + 0.12 + 0.11 / root) * exact.statistic)
    return {"statistic": exact.statistic, "exact": exact.pvalue, "stephens": stephens}


def chi2(a, b):
    table = np.array([a, b])
    table = table[:, table.sum(axis=0) > 0]
    result = stats.chi2_contingency(table, correction=False)
    return {"statistic": result.statistic, "pValue": result.pvalue}


def psi(a, b):
    edges = np.unique(np.quantile(a, np.arange(1, 10) / 10, method="inverted_cdf"))
    counts = [np.bincount(np.searchsorted(edges, x, side="left"), minlength=len(edges) + 1) for x in (a, b)]
    shares = [(c + 0.5) / (c + 0.5).sum() for c in counts]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


cases = json.load(sys.stdin)
json.dump(
    {
        "ks": [ks(*case) for case in cases["samples"]],
        "psi": [psi(*case) for case in cases["samples"]],
        "chi2": [chi2(*case) for case in cases["tables"]],
        "gamma": [special.gammaincc(*case) for case in cases["gamma"]],
        "kolmogorov": [special.kolmogorov(x) for x in cases["kolmogorov"]],
    },
    sys.stdout,
)
