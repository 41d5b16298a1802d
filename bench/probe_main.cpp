#include <fmt/format.h>
#include <ctime>
#include "quality/pairwise/bradley_terry.h"
#include "quality/pairwise/crowd_rank.h"
#include "quality/pairwise/pair_sets.h"
#include "quality/seeded.h"
using namespace guildhall; using namespace guildhall::quality;
int main(){
  for (std::string name : {"llmfao","night"}) {
    auto set = name=="llmfao"? llmfao_set(): crowdea_set(name);
    std::vector<double> acc(9),ll(9),cpu(9),sw(9);
    for (int seed=1; seed<=10; ++seed) {
      PairSet tr=*set; tr.columns=ComparisonColumns{}; PairSet nt=tr; ComparisonColumns te; auto&c=set->columns;
      for (std::size_t i=0;i<c.left.size();++i){ Seeded s(std::uint64_t(seed),i); bool h=s.uniform()<0.2;
        auto push=[&](ComparisonColumns&t){t.left.push_back(c.left[i]);t.right.push_back(c.right[i]);t.outcome.push_back(c.outcome[i]);t.worker.push_back(c.worker[i]);};
        if(!h) push(tr.columns);
        if(c.outcome[i]==Outcome::tie) continue;
        push(h?te:nt.columns);}
      auto d=*tr.make(); auto e=*nt.make();
      for(std::size_t k=0;k<7;++k){
        std::vector<double> s; auto t=std::clock();
        if(k==0) s=bradley_terry(e)->score; else if(k==1) s=bradley_terry(d)->score;
        else { CrowdOptions o; if(k==3||k==5)o.reverse=false; if(k==6) o.prior_sd=3; auto r=*crowd_rank(k<4?e:d,o); s=r.ranking.score; sw[k]+=r.ranking.steps/10.0;}
        cpu[k]+=double(std::clock()-t)/CLOCKS_PER_SEC/10;
        for(std::size_t i=0;i<te.left.size();++i){double x=s[te.left[i]]-s[te.right[i]]; if(te.outcome[i]!=Outcome::left)x=-x; acc[k]+=(x>0?1.0:x==0?.5:0)/double(te.left.size())/10; ll[k]+=-std::log1p(std::exp(-x))/double(te.left.size())/10;}
      }
    }
    const char* n[]={"bt noties","bt","crowd noties","crowd noties norev","crowd","crowd norev","crowd sd3"};
    for(std::size_t k=0;k<7;++k) fmt::print("{} {:20} acc {:.4f} ll {:.5f} cpu {:.3f} sweeps {}\n",name,n[k],acc[k],ll[k],cpu[k],sw[k]);
  }
}
