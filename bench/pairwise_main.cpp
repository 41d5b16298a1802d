#include <fmt/format.h>
#include <chrono>
#include <cstdio>
#include "quality/pairwise/bradley_terry.h"
#include "quality/pairwise/crowd_rank.h"
#include "quality/pairwise/pair_sets.h"
#include "quality/seeded.h"
using namespace guildhall; using namespace guildhall::quality;
static double now(){return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();}
int main(){
  for (std::string name : {"llmfao","night"}) {
    auto set = name=="llmfao"? llmfao_set(): crowdea_set(name);
    double sum[8]={}; int n=0; double secs[8]={}; int sw=0;
    for (int seed=1; seed<=5; ++seed) {
      PairSet tr=*set; tr.columns=ComparisonColumns{}; ComparisonColumns te; PairSet nt=tr;
      auto&c=set->columns;
      for (std::size_t i=0;i<c.left.size();++i){ Seeded s(std::uint64_t(seed),i); bool h=s.uniform()<0.2;
        auto push=[&](ComparisonColumns&t){t.left.push_back(c.left[i]);t.right.push_back(c.right[i]);t.outcome.push_back(c.outcome[i]);t.worker.push_back(c.worker[i]);};
        if(h){ if(c.outcome[i]!=Outcome::tie) push(te);} else {push(tr.columns); if(c.outcome[i]!=Outcome::tie) push(nt.columns);} }
      auto d=*tr.make(); auto e=*nt.make();
      auto acc=[&](const std::vector<double>&s){double r=0;for(std::size_t i=0;i<te.left.size();++i){double a=s[te.left[i]],b=s[te.right[i]];r+=a==b?.5:((a>b)==(te.outcome[i]==Outcome::left));}return r/double(te.left.size());};
      int k=0; auto put=[&](auto f){double t=now();auto s=f();secs[k]+=now()-t;sum[k++]+=acc(s);};
      put([&]{return bradley_terry(e,{Ties::half,3})->score;});
      put([&]{auto r=bradley_terry(d); if(seed==1) fmt::print("sd {:.3f} steps {} conv {}\n",r->prior_sd,r->steps,r->converged);return r->score;});
      put([&]{return bradley_terry(d,{Ties::half})->score;});
      put([&]{return crowd_rank(e)->ranking.score;});
      put([&]{auto r=crowd_rank(d); sw+=r->ranking.steps; if(seed==1) fmt::print("pop f {:.3f} r {:.3f} g {:.3f} L {:.2f} R {:.2f} T {:.2f} nu {:.3f} told {} obj {:.2f} conv {}\n",r->population.follow,r->population.reverse,r->population.guess,r->population.left,r->population.right,r->population.tie,r->ranking.log_nu,r->sides_told,r->ranking.objective,r->ranking.converged);return r->ranking.score;});
      put([&]{CrowdOptions o;o.reverse=false;return crowd_rank(d,o)->ranking.score;});
      put([&]{CrowdOptions o;o.ties=Ties::half;return crowd_rank(d,o)->ranking.score;});
      ++n;
    }
    fmt::print("{} sweeps {}\n",name,sw/n);
    const char* names[]={"bt noties","bt davidson","bt half","crowd noties","crowd","crowd norev","crowd half"};
    for(int k=0;k<7;++k) fmt::print("  {:14} {:.4f} {:.4f}s\n",names[k],sum[k]/n,secs[k]/n);
  }
}
